// What the browser tests do over and over, by role and name, as a person would.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { root } from '../../tools/lib/paths.mjs';

/** Opens the page; results come as downloads, because a headless browser has nobody to choose a place in a dialog. */
export async function openPage(page: Page, fragment = ''): Promise<void> {
  await page.addInitScript(() => Reflect.deleteProperty(window, 'showSaveFilePicker'));
  await page.goto(`./${fragment}`);
}

export async function openExample(page: Page, title: string): Promise<void> {
  await page.getByRole('button', { name: `Example: ${title}` }).click();
  await page.getByRole('button', { name: /^(Correct the bleed-through|Choose the steps)$/ }).click({ timeout: 60_000 });
}

/** Gives files to the drop zone's input, as dropping or choosing them does. */
export async function chooseFiles(
  page: Page,
  files: string | { name: string; mimeType: string; buffer: Buffer }[],
): Promise<void> {
  await page.locator('.drop-zone input[type=file]').setInputFiles(files);
}

export async function runWholeStack(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Run on the whole stack' }).click();
  await page.getByRole('button', { name: 'Take the result home' }).click({ timeout: 120_000 });
}

/** Clicks what saves and returns where the download lies. */
export async function saved(page: Page, name: RegExp): Promise<{ path: string; suggested: string }> {
  const arrives = page.waitForEvent('download');
  await page.getByRole('button', { name }).click();
  const download = await arrives;
  return { path: await download.path(), suggested: download.suggestedFilename() };
}

export interface Report {
  recipe: { steps: { step: string; settings: Record<string, unknown> }[] };
  inputs: { name: string; size: number; sha256: string }[];
  steps: { step: string; settings: Record<string, unknown>; learnt: unknown; warnings: string[] }[];
  alpha: number;
  [key: string]: unknown;
}

export async function savedReport(page: Page): Promise<Report> {
  return JSON.parse(readFileSync((await saved(page, /^Save the report/)).path, 'utf8')) as Report;
}

export interface Written {
  axes: string;
  shape: number[];
  dtype: string;
  sha256: string;
  ome: boolean;
  channels: string[];
}

/** What tifffile, which shares no code with this program, reads of a file. */
export function readByTifffile(path: string): Written {
  return JSON.parse(
    execFileSync('/usr/bin/python3', [join(root, 'tools/check_written.py'), path], { encoding: 'utf8' }),
  ) as Written;
}

/** The command line: the same workers in Node. */
export function webunmix(folder: string, ...args: string[]): string {
  mkdirSync(folder, { recursive: true });
  return execFileSync(process.execPath, [join(root, 'dist-cli/webunmix.mjs'), ...args], { cwd: folder, encoding: 'utf8' });
}
