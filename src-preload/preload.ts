import { contextBridge, ipcRenderer } from 'electron';

/**
 * A pipe and nothing else: the page asks for a port to the engine, the port comes to it as a message of its own window
 * (a MessagePort cannot cross contextBridge). What may be said over it is the desk contract's business.
 */
contextBridge.exposeInMainWorld('jinhuPort', { open: () => ipcRenderer.send('desk.open-port') });

ipcRenderer.on('desk.port', (event) => window.postMessage('jinhu.port', window.location.origin, [...event.ports]));
