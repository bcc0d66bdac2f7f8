<?php

declare(strict_types=1);

namespace Atelier;

/** Too many requests; the next one may be sent after `retryAfter` seconds. */
final class RateLimitError extends APIError
{
    public function __construct(APIError $error, public readonly float $retryAfter)
    {
        parent::__construct($error->errorCode, $error->getMessage(), $error->status, $error->details, $error->requestId);
    }
}
