from atelier_client import CRAudioViz, APIError, RateLimitError

client = CRAudioViz(api_key='YOUR_API_KEY')

try:
    result = client.tools.execute('logo_maker', {...})
except RateLimitError as e:
    # Handle rate limit
    time.sleep(e.retry_after)
    result = client.tools.execute('logo_maker', {...})
except APIError as e:
    # Handle other API errors
    print(f'API Error: {e.code} - {e.message}')
    raise
