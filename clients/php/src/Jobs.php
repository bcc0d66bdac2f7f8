<?php

declare(strict_types=1);

namespace Atelier;

final class Jobs
{
    public function __construct(private readonly Transport $transport)
    {
    }

    public function get(string $id): Result
    {
        return $this->transport->get(self::path($id))->withId('job_id');
    }

    /** @param array<string, mixed> $query limit, offset, status, project_id */
    public function list(array $query = []): Result
    {
        $page = $this->transport->get('/jobs', $query)->toArray();
        $jobs = array_map(fn (array $job) => ['id' => $job['job_id']] + $job, $page['jobs']);
        return new Result(['jobs' => $jobs] + $page);
    }

    public function cancel(string $id): Result
    {
        return $this->transport->post(self::path($id) . '/cancel', null, true)->withId('job_id');
    }

    /**
     * The result of the job once it is completed. $onProgress gets the job whenever it has come further.
     *
     * @throws JobFailedError when it fails or is cancelled
     * @throws JobTimeoutError after so many seconds
     */
    public function wait(string $id, ?float $timeout = null, ?callable $onProgress = null): Result
    {
        $endsAt = $timeout === null ? INF : microtime(true) + $timeout;
        $seen = null;
        for ($interval = 0.2;; $interval = min($interval * 1.5, 5.0)) {
            $job = $this->get($id);
            $now = [$job->progress, $job['status']];
            if ($onProgress !== null && $now !== $seen) {
                $onProgress($job);
            }
            $seen = $now;
            if ($job->status === 'completed') {
                return $job->result;
            }
            if ($job->status !== 'processing') {
                throw new JobFailedError($job);
            }
            $left = $endsAt - microtime(true);
            if ($left <= 0) {
                throw new JobTimeoutError($job, (float) $timeout);
            }
            usleep((int) (min($interval, $left) * 1_000_000));
        }
    }

    private static function path(string $id): string
    {
        return '/jobs/' . rawurlencode($id);
    }
}
