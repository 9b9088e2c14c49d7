// The oldest browsers the page is built for (docs/hosting.md says the same to users).
export const browserTargets = ['chrome108', 'edge108', 'firefox111', 'safari16.4'];
