// Nothing leaves the machine: every request of page, workers and browser passes a proxy that writes it down.
import { chromium, expect, test } from '@playwright/test';
import { chromiumArguments, chromiumPath } from '../tools/chromium.mjs';
import { openExample, openPage, runWholeStack, savedReport } from './support/page';
import { RecordingProxy } from './support/recording-proxy';

/** Services that Chromium asks on its own account (updates, autofill); what the page and its workers ask is looked at apart. */
const ownServices = /(^|\.)(googleapis|google|gvt1|gstatic)\.com$/;

test('a whole session asks only the site itself, and sends it nothing', async ({ baseURL }) => {
  const site = new URL(baseURL ?? '');
  const proxy = new RecordingProxy(site.host);
  const executablePath = chromiumPath();
  const browser = await chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    // Chromium would go past the proxy for this machine's own addresses.
    args: [...chromiumArguments, `--proxy-server=${await proxy.listen()}`, '--proxy-bypass-list=<-loopback>'],
  });
  const asked: string[] = [];
  try {
    const context = await browser.newContext({ baseURL: site.href });
    context.on('request', (request) => asked.push(request.url()));
    const page = await context.newPage();
    await openPage(page, '#/1/unmix?method=mi_min');
    await openExample(page, 'Two colours over time');
    await runWholeStack(page);
    await savedReport(page);
  } finally {
    await browser.close();
    proxy.close();
  }
  expect(proxy.requests.some(({ url }) => url.endsWith('.wasm'))).toBe(true);
  const fromPage = asked.filter((url) => !/^(blob|data):/.test(url));
  expect(fromPage.filter((url) => new URL(url).host !== site.host)).toEqual([]);
  const toSite = proxy.requests.filter(({ url }) => new URL(url).host === site.host);
  const elsewhere = proxy.requests.filter((request) => !toSite.includes(request));
  expect(elsewhere.filter(({ url }) => !ownServices.test(new URL(url).hostname))).toEqual([]);
  for (const { method, url, bodyBytes } of toSite) {
    expect.soft(method, url).toBe('GET');
    expect.soft(bodyBytes, url).toBe(0);
    expect.soft(new URL(url).search, 'nothing travels in a query').toBe('');
  }
});
