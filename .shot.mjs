import { chromium } from 'playwright-core';
import { chromiumArguments, chromiumPath } from './tools/chromium.mjs';
import { serve } from './tools/serve.mjs';
const [,, out, w='1440', h='900', script=''] = process.argv;
const { server, url } = await serve({ port: 0 });
const b = await chromium.launch({ executablePath: chromiumPath(), args: chromiumArguments });
const p = await b.newPage({ viewport: { width: +w, height: +h } });
p.on('pageerror', e => console.log('pageerror', e.message));
p.on('console', m => { if (m.type()==='error') console.log('console', m.text()); });
await p.goto(url);
if (script) { const f = new Function('p', `return (async()=>{${script}})()`); await f(p); }
await p.screenshot({ path: out });
await b.close(); server.close();
