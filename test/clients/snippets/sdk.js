const CRAudioViz = require('@craudiovizai/sdk');

const client = new CRAudioViz({
  apiKey: 'YOUR_API_KEY'
});

// Create project
const project = await client.projects.create({
  name: 'My Project'
});

// Use tool
const job = await client.tools.execute('logo_maker', {
  project_id: project.id,
  inputs: {
    text: 'My Company'
  }
});

// Wait for completion
const result = await client.jobs.wait(job.id);
console.log('Logo created:', result.url);
