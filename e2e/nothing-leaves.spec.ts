// Nothing leaves the machine: every request of page, workers and browser passes a proxy that writes it down.
import { chromium, expect, test } from '@playwright/test';
import { chromiumArguments, chromiumPath } from '../tools/chromium.mjs';
import { openExample, openPage, runWholeStack, savedReport } from './support/page';
import { RecordingProxy } from './support/recording-proxy';

test('a whole session asks only the site itself, and sends it nothing', async ({ baseURL }) => {
  const site = new URL(baseURL ?? '');
  const proxy = new RecordingProxy(site.host);
  const executablePath = chromiumPath();
  const browser = await chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    // Chromium would go past the proxy for this machine's own addresses.
    args: [...chromiumArguments, `--proxy-server=${await proxy.listen()}`, '--proxy-bypass-list=<-loopback>'],
  });
  try {
    const page = await browser.newPage({ baseURL: site.href });
    await openPage(page, '#/1/unmix?method=mi_min');
    await openExample(page, 'Two colours over time');
    await runWholeStack(page);
    await savedReport(page);
  } finally {
    await browser.close();
    proxy.close();
  }
  expect(proxy.requests.some(({ url }) => url.endsWith('.wasm'))).toBe(true);
  const elsewhere = proxy.requests.filter(({ url }) => new URL(url).host !== site.host);
  expect(elsewhere).toEqual([]);
  for (const { method, url, bodyBytes } of proxy.requests) {
    expect.soft(method, url).toBe('GET');
    expect.soft(bodyBytes, url).toBe(0);
    expect.soft(new URL(url).search, 'nothing travels in a query').toBe('');
  }
});
