// Signs in with name and password, with a link that is good once, or with a token that stays in this tab.

const page = Object.fromEntries(
  ['told', 'wrong', 'form', 'name', 'password', 'submit', 'elsewhere', 'machine', 'token'].map((id) => [
    id,
    document.getElementById(id),
  ]),
);
const PAGES = ['index.html', 'completeness.html'];
const WHY = {
  idle: 'You were signed out because nothing was done here for a while.',
  over: 'Your session is over.',
};

const asked = new URLSearchParams(location.search);

function go() {
  const back = asked.get('back');
  location.replace(PAGES.includes(back) && back !== 'index.html' ? back : './');
}

function say(node, text) {
  node.textContent = text;
  node.hidden = !text;
}

async function signIn(body) {
  say(page.wrong, '');
  page.submit.disabled = true;
  try {
    const answer = await fetch('api/v1/sign-in', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
      cache: 'no-store',
    });
    if (answer.ok) {
      sessionStorage.removeItem('token');
      go();
      return;
    }
    const told = await answer.json().catch(() => ({}));
    say(page.wrong, told.error ? `${told.error[0].toUpperCase()}${told.error.slice(1)}.` : 'That did not work.');
    page.password.value = '';
    page.password.focus();
  } catch {
    say(page.wrong, 'The core does not answer.');
  } finally {
    page.submit.disabled = false;
  }
}

page.form.addEventListener('submit', (event) => {
  event.preventDefault();
  signIn({ name: page.name.value.trim().toLowerCase(), password: page.password.value });
});

page.machine.addEventListener('submit', (event) => {
  event.preventDefault();
  sessionStorage.setItem('token', page.token.value);
  go();
});

say(page.told, WHY[asked.get('why')] ?? '');
const code = new URLSearchParams(location.hash.slice(1)).get('code');
if (code) {
  // Neither in the history nor shown to anybody who looks.
  history.replaceState(null, '', 'sign-in.html');
  signIn({ code });
} else {
  page.name.focus();
}
fetch('api/v1/sign-in', { cache: 'no-store' })
  .then((answer) => answer.json())
  .then((how) => {
    page.elsewhere.hidden = !how.provider;
    if (how.signedIn && how.open) go();
  })
  .catch(() => {});
