// Preloaded into a program under test: tells which of its own modules it loaded, one a line, when it ends.
import { writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

const loaded = [];
registerHooks({
  load(url, context, nextLoad) {
    loaded.push(url);
    return nextLoad(url, context);
  },
});
process.on('exit', () => writeFileSync(process.env.DAVIT_TEST_LOADED, loaded.join('\n')));
