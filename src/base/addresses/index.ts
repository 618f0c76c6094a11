export { AddressBlocks, addressOfPeer, networkOf, plainAddress } from './addresses.ts';
