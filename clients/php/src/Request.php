<?php

declare(strict_types=1);

namespace Atelier;

/** A request as it is sent, as often as that helps. */
final class Request
{
    /**
     * @param array<string, string> $headers
     * @param string|Upload|null $body
     * @param resource|null $sink where a good answer goes
     * @param bool $repeatable whether doing it twice is as good as once
     */
    public function __construct(
        public readonly string $method,
        public readonly string $path,
        public readonly array $headers = [],
        public readonly string|Upload|null $body = null,
        public readonly mixed $sink = null,
        public readonly bool $repeatable = true,
    ) {
    }
}
