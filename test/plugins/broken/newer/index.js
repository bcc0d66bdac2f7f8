export default { id: 'newer', title: 'Newer', version: '1.0.0', apiVersion: 99, nodes: 'of another shape' };
