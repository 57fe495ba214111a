// Loads the compiled app; whatever fails, the telephone numbers of the plain page come up.
const root = document.documentElement;
const loader = document.getElementById('loader');

function failed() {
  root.setAttribute('data-app', 'failed');
}

if (root.getAttribute('data-app') === 'loading') {
  import(loader.getAttribute('data-js'))
    .then((app) => app.default({ module_or_path: loader.getAttribute('data-wasm') }))
    .catch(failed);
}
