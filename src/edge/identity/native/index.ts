export { type BrowserLogin, loginByBrowser } from './browser.ts';
export { nativeErrors } from './errors.ts';
export { findIssuer, type FoundIssuer, refresh, type Tokens } from './issuer.ts';
export { loginByPassword } from './password.ts';
