<?php

declare(strict_types=1);

namespace Atelier;

/** The server was not reached, or did not answer. */
final class APIConnectionError extends APIError
{
    /** @param bool $sent whether the server can have seen something of the request */
    public function __construct(string $message, public readonly bool $sent)
    {
        parent::__construct('connection_failed', $message);
    }
}
