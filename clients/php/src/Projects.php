<?php

declare(strict_types=1);

namespace Atelier;

final class Projects
{
    public function __construct(private readonly Transport $transport)
    {
    }

    /** @param array<string, mixed> $fields name, description, tags */
    public function create(array $fields, ?string $idempotencyKey = null): Result
    {
        return $this->transport->postOnce('/projects', $fields, $idempotencyKey);
    }

    /** @param array<string, mixed> $query limit, offset, sort, order, tags */
    public function list(array $query = []): Result
    {
        return $this->transport->get('/projects', $query);
    }

    /** With its newest 100 items. */
    public function get(string $id): Result
    {
        return $this->transport->get('/projects/' . rawurlencode($id));
    }

    /** @param array<string, mixed> $changes name, description, tags; null clears the last two */
    public function update(string $id, array $changes): Result
    {
        return $this->transport->patch('/projects/' . rawurlencode($id), $changes);
    }

    /** Deletes it and its items. */
    public function delete(string $id): Result
    {
        return $this->transport->delete('/projects/' . rawurlencode($id));
    }
}
