// The page of a running sandbox: it asks the sandbox what is new, and changes it by the control.
import { firstRead, offerCalls } from './calls.js';
import { listLogins } from './control.js';
import { ask, by, copying, curl } from './dom.js';
import { listFaults } from './faults.js';
import { look, state } from './live.js';
import './reference.js';
import './requests.js';
import { loadTables } from './tables.js';
import { isTab, show } from './tabs.js';

const EVERY_MS = 1000;

async function begin() {
  const setup = await ask('page/setup');
  state.setup = setup;
  by('version').textContent = setup.version;
  by('url').textContent = setup.url;
  copying(by('copy-url'), () => setup.url);
  const [first] = setup.logins;
  const isPlain = first && first.name === first.password;
  by('login').textContent = isPlain ? `${first.name} / ${first.password}` : first?.name ?? 'none';
  by('more-logins').textContent = `all ${setup.logins.length}`;
  by('first-curl').textContent = curl({ method: 'GET', target: firstRead(), headers: [], login: first, body: '' });
  listLogins(setup.logins);
  offerCalls();
  await listFaults();
  await loadTables();
  const asked = location.hash.slice(1);
  show(isTab(asked) ? asked : 'requests');
  await look();
  document.body.dataset.ready = 'true';
  setInterval(() => { if (!document.hidden) look(); }, EVERY_MS);
}

begin();
