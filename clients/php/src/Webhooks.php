<?php

declare(strict_types=1);

namespace Atelier;

final class Webhooks
{
    public function __construct(private readonly Transport $transport)
    {
    }

    /** @param array<string, mixed> $fields url, events, secret; the secret is shown this once */
    public function create(array $fields): Result
    {
        return $this->transport->post('/webhooks', $fields);
    }

    /** @param array<string, mixed> $query limit, offset */
    public function list(array $query = []): Result
    {
        return $this->transport->get('/webhooks', $query);
    }

    public function get(string $id): Result
    {
        return $this->transport->get(self::path($id));
    }

    /** @param array<string, mixed> $changes url, events, enabled */
    public function update(string $id, array $changes): Result
    {
        return $this->transport->patch(self::path($id), $changes);
    }

    public function delete(string $id): Result
    {
        return $this->transport->delete(self::path($id));
    }

    /** @param array<string, mixed> $fields secret; the one before signs as well for 24 hours */
    public function rotateSecret(string $id, array $fields = []): Result
    {
        return $this->transport->post(self::path($id) . '/secret', $fields);
    }

    /** Sends a webhook.test event; `id` is that of its delivery. */
    public function test(string $id): Result
    {
        return $this->transport->post(self::path($id) . '/test')->withId('delivery_id');
    }

    /** @param array<string, mixed> $query limit, offset, status */
    public function deliveries(string $id, array $query = []): Result
    {
        return $this->transport->get(self::path($id) . '/deliveries', $query);
    }

    /** With its payload and the log of every try. */
    public function delivery(string $id, string $deliveryId): Result
    {
        return $this->transport->get(self::path($id) . '/deliveries/' . rawurlencode($deliveryId));
    }

    /** Sends the same event once more. */
    public function replay(string $id, string $deliveryId): Result
    {
        $path = self::path($id) . '/deliveries/' . rawurlencode($deliveryId) . '/replay';
        return $this->transport->post($path)->withId('delivery_id');
    }

    private static function path(string $id): string
    {
        return '/webhooks/' . rawurlencode($id);
    }
}
