export default { id: 'no-plugin' };
