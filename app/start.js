// Loads the compiled app; whatever fails, the telephone numbers of the plain page come up.
const root = document.documentElement;
const loader = document.getElementById('loader');
const first = loader.getAttribute('data-wasm');
let app;
let rest;
let gone = false;

function failed() {
  root.setAttribute('data-app', 'failed');
}

// The pages that home does not need are the app's second part: it brings its functions into the
// first. If it is no longer there, a newer app is: asked again, the page is opened anew.
async function join() {
  const response = await fetch(first.replace('_bg.', '_rest.'));
  gone = !response.ok;
  if (gone) throw new Error(String(response.status));
  const imports = { first: await app };
  return response.headers.get('Content-Type') === 'application/wasm'
    ? WebAssembly.instantiateStreaming(response, imports)
    : WebAssembly.instantiate(await response.arrayBuffer(), imports);
}

window.banzhenRest = (again) => {
  if (again && gone) location.reload();
  if (!rest) {
    rest = join();
    rest.catch(() => { rest = undefined; });
  }
  return rest;
};

if (root.getAttribute('data-app') === 'loading') {
  // Asked for only now that the browser can run it; all at once.
  const wasm = fetch(first);
  app = import(loader.getAttribute('data-js')).then((glue) => glue.default({ module_or_path: wasm }));
  app.catch(failed);
  if (location.pathname !== '/') window.banzhenRest();
}
