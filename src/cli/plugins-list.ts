import type { Command } from 'commander';
import type { PluginDescription } from '@atelier/sdk';
import { loadConfig } from '../config.js';
import { withServer } from './server-access.js';
import { terminal } from './terminal.js';

export function addPluginsList(plugins: Command): void {
  plugins
    .command('list')
    .description('list the plugins that the server has found, with their nodes')
    .action(async () => {
      const answer = await withServer(loadConfig(), (client) => client.get('/v1/plugins'));
      for (const plugin of (answer as unknown as { plugins: PluginDescription[] }).plugins) {
        terminal.result(`${plugin.id} ${plugin.version}  ${plugin.title}`);
        for (const node of plugin.nodes) terminal.result(`  ${node.type}@${node.version}  ${node.title}`);
      }
    });
}
