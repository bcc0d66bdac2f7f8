<?php

declare(strict_types=1);

namespace Atelier;

/** Sends one request and reads its answer. */
interface Exchange
{
    /**
     * @param array<string, string> $headers
     * @throws APIConnectionError
     */
    public function send(string $url, Request $request, array $headers, float $timeout): Answer;
}
