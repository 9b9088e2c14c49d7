#!/usr/bin/env node
// The command line: the same workers as the page, on local files.
import { type Command, parseCommand } from './arguments';

import { oneLine } from './one-line';
import { exampleText, inspectText, schemaText, versionText } from './other-commands';
import { runCommand } from './run-command';
import { usage } from './usage';
import { UsageError } from './usage-error';

const signalCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

const interruption = new AbortController();
let signalCode: number | null = null;
for (const [signal, code] of Object.entries(signalCodes)) {
  process.on(signal, () => {
    // A second one does not wait for the workers. Unfinished files are removed on exit in any case.
    if (signalCode !== null) process.exit(code);
    signalCode = code;
    interruption.abort();
    setTimeout(() => process.exit(code), 2000).unref();
  });
}

// Whoever reads the output may have read enough (`webunmix schema | head`).
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});

/** What goes to standard output. */
async function perform(command: Command): Promise<string> {
  switch (command.command) {
    case 'run':
      await runCommand(command, process.stderr, interruption.signal);
      return '';
    case 'inspect':
      return inspectText(command.input, command.axes);
    case 'example':
      return exampleText(command);
    case 'schema':
      return schemaText();
    case 'version':
      return versionText();
    case 'help':
      return usage;
  }
}

function complain(error: unknown): void {
  process.stderr.write(`webunmix: ${oneLine(error instanceof Error ? error.message : String(error))}\n`);
}

async function main(): Promise<number> {
  try {
    const text = await perform(parseCommand(process.argv.slice(2)));
    if (text) await new Promise<void>((resolve) => process.stdout.write(text, () => resolve()));
    return 0;
  } catch (error) {
    if (signalCode !== null) return signalCode;
    complain(error);
    if (error instanceof UsageError) return 2;
    return 1;
  }
}

process.exit(await main());
