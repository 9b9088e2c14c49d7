// A file in memory that is source and sink, and the value of an outcome.
import type { ByteSink, ByteSource, Outcome } from '../../wasm/webunmix';

export class MemoryFile implements ByteSource, ByteSink {
  readonly name: string;
  bytes = new Uint8Array(0);
  reads = 0;

  constructor(name: string) {
    this.name = name;
  }

  static of(name: string, text: string): MemoryFile {
    const file = new MemoryFile(name);
    file.bytes = new TextEncoder().encode(text);
    return file;
  }

  get size(): number {
    return this.bytes.length;
  }

  read(offset: number, into: Uint8Array): void {
    if (offset + into.length > this.size) throw new Error(`${this.name} ends after ${this.size} bytes`);
    this.reads += 1;
    into.set(this.bytes.subarray(offset, offset + into.length));
  }

  write(offset: number, bytes: Uint8Array): void {
    if (offset + bytes.length > this.size) {
      const longer = new Uint8Array(offset + bytes.length);
      longer.set(this.bytes);
      this.bytes = longer;
    }
    this.bytes.set(bytes, offset);
  }
}

export function unwrap<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new Error(`${outcome.tag}: ${outcome.message}`);
}
