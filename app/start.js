// Loads the compiled app; whatever fails, the telephone numbers of the plain page come up.
const root = document.documentElement;
const loader = document.getElementById('loader');

function failed() {
  root.setAttribute('data-app', 'failed');
}

if (root.getAttribute('data-app') === 'loading') {
  // Asked for only now that the browser can run it; both at once.
  const wasm = fetch(loader.getAttribute('data-wasm'));
  import(loader.getAttribute('data-js'))
    .then((app) => app.default({ module_or_path: wasm }))
    .catch(failed);
}
