export { FrameReader, WebSocketFault, type Control, type Piece } from './frames.ts';
export { accepting, handshake, type Handshake } from './handshake.ts';
export { WebSocket } from './socket.ts';
export { Tunnel } from './tunnel.ts';
