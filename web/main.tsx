// The page begins here: the start screen is up before anything else is loaded.
import { render } from 'preact';
import { App } from './app/app';
import { watchAddress } from './share/link';

const root = document.getElementById('page');
if (root) {
  render(<App />, root);
  watchAddress();
}
