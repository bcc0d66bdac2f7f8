const cache = new Map();

async function getCachedProject(projectId) {
  if (cache.has(projectId)) {
    return cache.get(projectId);
  }
  
  const project = await client.projects.get(projectId);
  cache.set(projectId, project);
  
  // Clear cache after 5 minutes
  setTimeout(() => cache.delete(projectId), 5 * 60 * 1000);
  
  return project;
}
