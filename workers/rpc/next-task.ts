// Lets the messages that have arrived be delivered: a pause of one task, without the 4 ms that nested timers cost.

const waiting: (() => void)[] = [];
let channel: MessageChannel | null = null;

/** Resolves in a later task, after messages that are already there. */
export function nextTask(): Promise<void> {
  if (typeof setImmediate === 'function') return new Promise((resolve) => setImmediate(resolve));
  if (!channel) {
    channel = new MessageChannel();
    channel.port1.onmessage = () => waiting.shift()?.();
  }
  const { port2 } = channel;
  return new Promise((resolve) => {
    waiting.push(resolve);
    port2.postMessage(null);
  });
}
