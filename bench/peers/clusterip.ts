/** The proxy of a Service in a process of its own, as `davit host` has it: `clusterip.ts PORT`, the port of the one endpoint. Prints its own. */
import { Proxy } from '../../src/host/services/proxy.ts';

const host = '127.0.0.1';
const proxy = new Proxy();
proxy.set([{ host, port: Number(process.argv[2]) }], false);
await proxy.listen({ host, port: 0 });
process.stdout.write(`${proxy.address.port}\n`);
