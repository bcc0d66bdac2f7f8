<?php

declare(strict_types=1);

namespace Atelier;

/** Whether $signature, the header x-craudioviz-signature, is that of the raw body. */
function verify_webhook(string $payload, ?string $signature, #[\SensitiveParameter] string $secret): bool
{
    return hash_equals(hash_hmac('sha256', $payload, $secret), $signature ?? '');
}
