export { loginErrors } from './errors.ts';
export { openLogin, type Login, type LoginOptions } from './opening.ts';
export { unasked } from './unasked.ts';
