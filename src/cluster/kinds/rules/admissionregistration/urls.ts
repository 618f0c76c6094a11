import { type FieldError, invalidValue, requiredValue } from '../../../meta/index.ts';

const form = '; desired format: https://host[/path]';

/** Rules of the URL of a webhook: HTTPS, a host, and neither a user, a query nor a fragment. */
export function urlErrors(text: string, field: string): FieldError[] {
  const url = parsed(text);
  if (url === undefined) {
    return [
      requiredValue(field, `url must be a valid URL: parse ${JSON.stringify(text)}: invalid URI${form}`),
    ];
  }
  const errors: FieldError[] = [];
  if (url.scheme !== 'https') {
    errors.push(invalidValue(field, url.scheme, `'https' is the only allowed URL scheme${form}`));
  }
  if (url.host === '') errors.push(invalidValue(field, url.host, `host must be specified${form}`));
  if (url.user !== undefined) {
    errors.push(invalidValue(field, url.user, 'user information is not permitted in the URL'));
  }
  if (url.fragment !== '') {
    errors.push(invalidValue(field, url.fragment, 'fragments are not permitted in the URL'));
  }
  if (url.query !== '') {
    errors.push(invalidValue(field, url.query, 'query parameters are not permitted in the URL'));
  }
  return errors;
}

interface Parsed {
  readonly scheme: string;
  readonly host: string;
  readonly user: string | undefined;
  readonly query: string;
  readonly fragment: string;
}

function parsed(text: string): Parsed | undefined {
  const match = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?:\/\/([^/?#]*))?[^?#]*(?:\?([^#]*))?(?:#(.*))?$/s.exec(
    text,
  );
  if (match === null) return undefined;
  const [, scheme = '', authority = '', query = '', fragment = ''] = match;
  const at = authority.lastIndexOf('@');
  return {
    scheme: scheme.toLowerCase(),
    host: authority.slice(at + 1),
    user: at < 0 ? undefined : authority.slice(0, at),
    query,
    fragment,
  };
}
