// The program behind the page and behind the command line: workers, and the stacks opened in them.
import type { NamedArray, NamedPlane, Recipe, Session, StepKind, WebUnmix } from './api';
import type { Platform } from './platform';
import type { EngineLink } from './pool/engine-link';
import { openAll } from './pool/open-inputs';
import { type About, Pool } from './pool/pool';
import { type NpzMember, writeNpz } from './profile/npz';
import { JobQueue } from './run/job-queue';
import { describePlanes } from './run/planes-file';
import { StackSession } from './session';

export interface MachineOptions {
  /** How many workers share a job: 1 to 8. Default: as many as the machine has processors. */
  workers?: number;
  /** Starts the workers when a stack is opened instead of with the first job. */
  eager?: boolean;
}

export class Machine implements WebUnmix {
  readonly #platform: Platform;
  readonly #pool: Pool;
  readonly #about: About;
  readonly #jobs = new JobQueue();
  readonly #sessions = new Set<Session>();
  readonly #eager: boolean;
  readonly kinds: StepKind[];

  private constructor(platform: Platform, pool: Pool, about: About, eager: boolean) {
    this.#platform = platform;
    this.#pool = pool;
    this.#about = about;
    this.#eager = eager;
    this.kinds = JSON.parse(about.kinds) as StepKind[];
  }

  static async start(platform: Platform, { workers, eager = false }: MachineOptions): Promise<Machine> {
    const pool = new Pool(platform, workers);
    try {
      return new Machine(platform, pool, await pool.start(), eager);
    } catch (error) {
      pool.close();
      await platform.close();
      throw error;
    }
  }

  get version(): string {
    return this.#about.version;
  }

  get schema(): Record<string, unknown> {
    return JSON.parse(this.#about.schema) as Record<string, unknown>;
  }

  async open(inputs: Parameters<WebUnmix['open']>[0]): Promise<Session> {
    const parts = {
      pool: this.#pool,
      platform: this.#platform,
      jobs: this.#jobs,
      eager: this.#eager,
      closed: (session: Session) => this.#sessions.delete(session),
    };
    const session = await this.#pool.atDesk(async (desk) => {
      const opened = await openAll(desk, this.#platform, inputs);
      const stack = new StackSession(parts, opened);
      desk.knownInputs = stack.inputs;
      return stack;
    });
    this.#sessions.add(session);
    return session;
  }

  async parseRecipe(text: string): Promise<Recipe> {
    return JSON.parse(await this.#pool.atDesk((desk) => desk.call('parseRecipe', { text }), true)) as Recipe;
  }

  formatRecipe(recipe: Recipe): Promise<string> {
    return this.#pool.atDesk((desk) => desk.call('formatRecipe', { recipe: JSON.stringify(recipe) }), true);
  }

  async example(options: Parameters<WebUnmix['example']>[0]): ReturnType<WebUnmix['example']> {
    const { scene = 'circles' } = options;
    const json = JSON.stringify({ ...options, scene });
    const { truth, parts } = await this.#pool.atDesk((desk) => desk.call('writeExample', { options: json }));
    return { file: this.#platform.makeFile(`${scene}.ome.tif`, parts), truth: JSON.parse(truth) };
  }

  async makeNpz(arrays: readonly NamedArray[]): Promise<Uint8Array<ArrayBuffer>> {
    const members: NpzMember[] = [];
    for (const { key, shape, values } of arrays) {
      members.push({ key, bytes: await this.#pool.atDesk((desk) => desk.call('writeNpy', { shape, values })) });
    }
    return writeNpz(members);
  }

  async planesFile(name: string, planes: NamedPlane[]): Promise<File> {
    const { about, values } = describePlanes(name, planes);
    const parts = await this.#pool.atDesk((desk) => desk.call('writePlanes', { about, values }));
    return this.#platform.makeFile(name, parts);
  }

  /** What every worker holds: for tests, and for looking into memory. */
  vitals(): Promise<{ worker: string; heapBytes: number; liveObjects: number }[]> {
    const vital = async (link: EngineLink) => ({
      worker: link.name,
      ...(await link.call('liveObjects', null)),
      heapBytes: link.heapBytes,
    });
    return Promise.all(this.#pool.everyone.map(vital));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#sessions].map((session) => session.close()));
    this.#pool.close();
    await this.#platform.close();
  }
}
