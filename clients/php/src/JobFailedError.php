<?php

declare(strict_types=1);

namespace Atelier;

/** The job has failed or was cancelled. `job` is the job as it ended. */
final class JobFailedError extends APIError
{
    public function __construct(public readonly Result $job)
    {
        $error = $job->toArray()['error'] ?? ['code' => 'cancelled', 'message' => 'The job was cancelled.'];
        parent::__construct($error['code'], $error['message'], null, $error['details'] ?? []);
    }
}
