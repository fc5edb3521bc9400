// The arrival page: the token leaves the address before anything else happens, then the form that
// carries it goes off by itself. Looking at the page changed nothing; this is the visitor's
// browser.

export function stripAddress(): void {
  history.replaceState(null, "", location.pathname);
}

export function arrive(form: HTMLFormElement): void {
  stripAddress();
  // Sent before the page has finished loading, it replaces the page in the history: Back does not
  // lead to an address that lost its token.
  form.submit();
}
