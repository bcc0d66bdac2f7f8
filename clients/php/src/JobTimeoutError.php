<?php

declare(strict_types=1);

namespace Atelier;

/** The job had not ended in the time that `wait` was given. It goes on. */
final class JobTimeoutError extends APIError
{
    public function __construct(public readonly Result $job, float $timeout)
    {
        parent::__construct('timeout', "The job {$job->id} has not ended within {$timeout} seconds; it goes on.");
    }
}
