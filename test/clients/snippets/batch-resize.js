const CRAudioViz = require('@craudiovizai/sdk');
const client = new CRAudioViz({ apiKey: 'YOUR_API_KEY' });

async function batchResize(images, width, height) {
  const jobs = [];
  
  // Upload all images
  for (const image of images) {
    const file = await client.files.upload(image);
    const job = await client.tools.execute('image_resizer', {
      inputs: {
        file_id: file.id,
        width,
        height
      }
    });
    jobs.push(job);
  }
  
  // Wait for all to complete
  const results = await Promise.all(
    jobs.map(job => client.jobs.wait(job.id))
  );
  
  return results.map(r => r.url);
}

// Use it
const resizedUrls = await batchResize(
  ['image1.jpg', 'image2.jpg', 'image3.jpg'],
  1000,
  1000
);
