<?php
use Atelier\Client;

$client = new Client([
    'api_key' => 'YOUR_API_KEY'
]);

// Create project
$project = $client->projects->create([
    'name' => 'My Project'
]);

// Use tool
$job = $client->tools->execute('logo_maker', [
    'project_id' => $project->id,
    'inputs' => [
        'text' => 'My Company'
    ]
]);

// Wait for completion
$result = $client->jobs->wait($job->id);
echo "Logo created: {$result->url}";
