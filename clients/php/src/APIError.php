<?php

declare(strict_types=1);

namespace Atelier;

/** What was asked did not come about. `status` is null where no answer of the server says so. */
class APIError extends \RuntimeException
{
    /** @param array<string, mixed> $details */
    public function __construct(
        public readonly string $errorCode,
        string $message,
        public readonly ?int $status = null,
        public readonly array $details = [],
        public readonly ?string $requestId = null,
    ) {
        parent::__construct($message);
    }
}
