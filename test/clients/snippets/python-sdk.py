from atelier_client import CRAudioViz

client = CRAudioViz(api_key='YOUR_API_KEY')

# Create project
project = client.projects.create(
    name='My Project'
)

# Use tool
job = client.tools.execute('logo_maker', 
    project_id=project.id,
    inputs={
        'text': 'My Company'
    }
)

# Wait for completion
result = client.jobs.wait(job.id)
print(f'Logo created: {result.url}')
