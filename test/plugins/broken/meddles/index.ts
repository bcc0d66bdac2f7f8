import { definePlugin } from '@atelier/sdk';

Array.prototype.flat = () => [];

export default definePlugin({ id: 'meddles', title: 'Meddles', version: '1.0.0', apiVersion: 1, nodes: [] });
