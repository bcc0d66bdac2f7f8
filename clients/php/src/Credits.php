<?php

declare(strict_types=1);

namespace Atelier;

final class Credits
{
    public function __construct(private readonly Transport $transport)
    {
    }

    public function balance(): Result
    {
        return $this->transport->get('/credits/balance');
    }

    /** @param array<string, mixed> $fields amount, payment_method (`pm_…` or `tok_…` of Stripe); nobody is charged twice */
    public function purchase(array $fields, ?string $idempotencyKey = null): Result
    {
        return $this->transport->postOnce('/credits/purchase', $fields, $idempotencyKey);
    }

    /** @param array<string, mixed> $query limit, offset */
    public function transactions(array $query = []): Result
    {
        return $this->transport->get('/credits/transactions', $query);
    }
}
