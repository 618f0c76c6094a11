export {
  connectionOptions,
  fieldBytes,
  flowCookies,
  groupsField,
  groupsText,
  isOwnCookie,
  passwordCookies,
  sessionCookie,
  tellsIdentity,
  userField,
} from './fields.ts';
export { isBelow, plainPath } from './paths.ts';
export { apiAudience, certificateName, gatewayAudience, pathExtra } from './tokens.ts';

/** Who asks. */
export interface User {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** What is asked for: something of the API, or a path. */
export type Action =
  | {
      readonly verb: string;
      readonly group: string;
      readonly version: string;
      /** Plural name. */
      readonly resource: string;
      readonly subresource: string;
      /** Empty for the whole cluster. */
      readonly namespace: string;
      /** Empty for a collection. */
      readonly name: string;
    }
  | { readonly verb: string; readonly path: string };

export interface Verdict {
  readonly allowed: boolean;
  /** Why, in words for people: which binding allows it, or what is missing. */
  readonly reason?: string;
}

/** Decides who may do what. The API server and the gateway ask the same port. */
export interface Authorizer {
  can(user: User, action: Action): Verdict;
}
