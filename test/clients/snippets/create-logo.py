import requests
import time

API_KEY = 'YOUR_API_KEY'
BASE_URL = 'http://127.0.0.1:8000/v1'

def create_logo(company_name):
    # Create project
    response = requests.post(
        f'{BASE_URL}/projects',
        headers={'Authorization': f'Bearer {API_KEY}'},
        json={'name': f'{company_name} Branding'}
    )
    project = response.json()
    
    # Execute logo tool
    response = requests.post(
        f'{BASE_URL}/tools/logo_maker/execute',
        headers={'Authorization': f'Bearer {API_KEY}'},
        json={
            'project_id': project['id'],
            'inputs': {
                'text': company_name,
                'style': 'modern'
            }
        }
    )
    job = response.json()
    
    # Poll for completion
    while True:
        response = requests.get(
            f'{BASE_URL}/jobs/{job["job_id"]}',
            headers={'Authorization': f'Bearer {API_KEY}'}
        )
        status = response.json()
        
        if status['status'] == 'completed':
            return status['result']['url']
        elif status['status'] == 'failed':
            raise Exception(status.get('error'))
        
        time.sleep(2)

# Use it
logo_url = create_logo('Acme Corp')
print(f'Logo ready: {logo_url}')
