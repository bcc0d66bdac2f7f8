<?php

declare(strict_types=1);

namespace Atelier;

final class Tools
{
    public function __construct(private readonly Transport $transport)
    {
    }

    /** Each with its price and the schema of its inputs. */
    public function list(): Result
    {
        return $this->transport->get('/tools');
    }

    /**
     * Starts a job.
     *
     * @param array<string, mixed> $request inputs, project_id, outputs
     */
    public function execute(string $tool, array $request = [], ?string $idempotencyKey = null): Result
    {
        // An empty array would be sent as a list.
        $body = isset($request['inputs']) ? ['inputs' => (object) $request['inputs']] + $request : $request;
        $path = '/tools/' . rawurlencode($tool) . '/execute';
        return $this->transport->postOnce($path, $body, $idempotencyKey)->withId('job_id');
    }
}
