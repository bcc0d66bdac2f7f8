<?php
use Atelier\{APIError, Client, CurlExchange, JobFailedError, StreamExchange};

$exchange = getenv('EXCHANGE') === 'streams' ? new StreamExchange() : new CurlExchange();
$client = new Client(['api_key' => getenv('KEY'), 'base_url' => getenv('URL'), 'exchange' => $exchange]);
function sure(bool $true, string $what): void { if (!$true) { throw new Exception($what); } }

$project = $client->projects->create(['name' => 'Über uns', 'tags' => ['a,b', 'c']]);
sure($client->projects->list(['tags' => ['a,b', 'c']])->total === 1, 'list');
sure($client->projects->update($project->id, ['name' => 'New', 'tags' => null])->tags === [], 'update');
$tools = array_map(fn ($tool) => $tool->id, $client->tools->list()->tools);
sure(in_array('logo_maker', $tools, true), 'tools');
$photo = getenv('PHOTO');
$file = $client->files->upload($photo, 'a "b".jpg', $project->id);
sure($file['id'] === $file->file_id && $client->files->download($file->id) === file_get_contents($photo), 'download');
$copy = tempnam(sys_get_temp_dir(), 'atelier');
$client->files->download($file->id, $copy);
sure(md5_file($copy) === md5_file($photo), 'download to a file');
unlink($copy);
$seen = 0;
$inputs = ['file_id' => $file->id, 'width' => 30, 'height' => 20];
$job = $client->tools->execute('image_resizer', ['inputs' => $inputs]);
$result = $client->jobs->wait($job->id, timeout: 30, onProgress: function ($job) use (&$seen) { $seen = $job->progress; });
sure($result->formats !== [] && $seen === 100 && $client->jobs->list()->jobs[0]->id === $job->id, 'wait');
sure($client->credits->balance()->balance >= 0 && $client->credits->transactions(['limit' => 1])->total >= 0, 'credits');
$hook = $client->webhooks->create(['url' => 'https://example.com/hook', 'events' => ['job.completed']]);
sure($client->webhooks->update($hook->id, ['enabled' => false])->enabled === false, 'webhooks');
sure($client->webhooks->delete($hook->id)->deleted, 'webhooks');
$chat = $client->assistant->chat('Create a logo for my coffee shop');
$client->assistant->message($chat->chat_id, "The shop is called 'Bean There'");
sure($client->assistant->history($chat->chat_id)->total === 4, 'assistant');
$client->files->delete($file->id);
$client->projects->delete($project->id);
try {
    $client->projects->get($project->id);
} catch (APIError $error) {
    echo json_encode([$error->errorCode, $error->status, $error->requestId !== null]);
}
