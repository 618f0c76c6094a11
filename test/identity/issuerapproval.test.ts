/** Whether people are asked before a client learns who they are, by what a config.yaml of Dex says. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readIssuerConfig } from '../../src/edge/identity/issuer/index.ts';
import { asked, begun, browser, credentials, get, issuing, post } from './issuing.ts';

const config = (oauth2: string): string => `issuer: http://localhost:8080/dex\n${oauth2}`;
const skipped = 'oauth2:\n  skipApprovalScreen: true\n';
const shown = 'oauth2:\n  skipApprovalScreen: false\n';

const rows: readonly (readonly [what: string, oauth2: string, query: string, isAsked: boolean])[] = [
  ['skipApprovalScreen: true', skipped, '', false],
  ['skipApprovalScreen: false', shown, '', true],
  ['nothing of it, as Dex has it', '', '', true],
  ['skipApprovalScreen: true, and a client that forces it', skipped, '&approval_prompt=force', true],
  ['skipApprovalScreen: true, and a client that wants consent', skipped, '&prompt=consent', true],
  ['skipApprovalScreen: true, and oauth2-proxy', skipped, '&prompt=none', false],
];

for (const [what, oauth2, query, isAsked] of rows) {
  suite(what, () => {
    for (const [who, headers] of Object.entries({ 'a browser': browser, curl: {} })) {
      test(`${who} ${isAsked ? 'is asked, and goes on when he approves' : 'goes on at once'}`, async context => {
        const { skipApproval } = readIssuerConfig(config(oauth2), {});
        const { port } = await issuing(context, { skipApproval });
        const req = await begun(port, `${asked}${query}`);
        const { location, cookies } = await post(port, `/dex/auth/local?req=${req}`, credentials, headers);
        const [cookie] = cookies;
        const same = { ...headers, ...(cookie !== undefined && { Cookie: cookie.split(';', 1)[0] ?? '' }) };
        const answer = await get(port, location, same);
        if (!isAsked) return assert.match(answer.location, /^\/login\/oidc\?code=/);
        assert.equal(answer.status, 200);
        assert.match(answer.body, /name="approval" value="approve"/);
        const approved = await post(port, location, 'approval=approve', same);
        assert.match(approved.location, /^\/login\/oidc\?code=/);
      });
    }
  });
}
