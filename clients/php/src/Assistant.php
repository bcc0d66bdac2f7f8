<?php

declare(strict_types=1);

namespace Atelier;

final class Assistant
{
    public function __construct(private readonly Transport $transport)
    {
    }

    /** @param array<string, mixed>|null $context the project_id of its jobs */
    public function chat(string $message, ?array $context = null): Result
    {
        return $this->transport->post('/ai/chat', self::body($message, $context));
    }

    /** @param array<string, mixed>|null $context the project_id of its jobs */
    public function message(string $chatId, string $message, ?array $context = null): Result
    {
        return $this->transport->post('/ai/chat/' . rawurlencode($chatId) . '/message', self::body($message, $context));
    }

    /** @param array<string, mixed> $query limit, offset, order */
    public function history(string $chatId, array $query = []): Result
    {
        return $this->transport->get('/ai/chat/' . rawurlencode($chatId) . '/history', $query);
    }

    /**
     * @param array<string, mixed>|null $context
     * @return array<string, mixed>
     */
    private static function body(string $message, ?array $context): array
    {
        return ['message' => $message] + ($context === null ? [] : ['context' => (object) $context]);
    }
}
