// Stands in for the wasm module's glue: every worker gets a toy module.
import type { WebUnmixModule } from '../../../../wasm/webunmix';
import { ToyWorld, toyModule } from '../../support/toy-module';

export default async function createModule(): Promise<WebUnmixModule> {
  return toyModule(new ToyWorld());
}
