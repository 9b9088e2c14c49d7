// An HTTP proxy that writes down every request Chromium makes: of the page, of its workers, of service workers, of the browser itself.
// Requests to the site under test are passed on; anything else is recorded and refused.
import { createServer, request as forward, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RecordedRequest {
  method: string;
  url: string;
  bodyBytes: number;
}

export class RecordingProxy {
  readonly requests: RecordedRequest[] = [];
  readonly #site: string;
  readonly #server = createServer();

  /** `site`: "localhost:8080", the only host that is let through. */
  constructor(site: string) {
    this.#site = site;
    this.#server.on('request', (incoming, response) => {
      const url = new URL(incoming.url ?? '');
      const record = this.#record(incoming, url.href);
      if (url.host !== this.#site) {
        incoming.resume();
        response.writeHead(403).end();
        return;
      }
      const { hostname, port, pathname, search } = url;
      const onward = forward(
        { hostname, port, path: pathname + search, method: incoming.method, headers: incoming.headers },
        (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response);
        },
      );
      onward.on('error', () => response.destroy());
      incoming.on('data', (chunk: Buffer) => {
        record.bodyBytes += chunk.length;
      });
      incoming.pipe(onward);
    });
    this.#server.on('connect', (incoming, socket) => {
      this.#record(incoming, `https://${incoming.url}`);
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
  }

  #record(incoming: IncomingMessage, url: string): RecordedRequest {
    const record = { method: incoming.method ?? '', url, bodyBytes: 0 };
    this.requests.push(record);
    return record;
  }

  /** The address for Chromium's --proxy-server. */
  async listen(): Promise<string> {
    await new Promise<void>((listening) => this.#server.listen(0, '127.0.0.1', listening));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
