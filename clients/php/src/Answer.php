<?php

declare(strict_types=1);

namespace Atelier;

/** What the server answered. `body` is empty where it went into a sink. */
final class Answer
{
    /** @param array<string, string> $headers by their names in small letters */
    public function __construct(
        public readonly int $status,
        public readonly array $headers,
        public readonly string $body,
    ) {
    }

    public function result(): Result
    {
        $body = json_decode($this->body, true);
        if (!is_array($body)) {
            $message = 'The answer is no JSON object; is base_url right?';
            throw new APIError('unexpected_answer', $message, $this->status);
        }
        return new Result($body);
    }

    /** The error that it is, which never holds the secret. */
    public function error(#[\SensitiveParameter] string $secret): APIError
    {
        $body = json_decode(str_replace($secret, '***', $this->body), true);
        $said = is_array($body) && is_array($body['error'] ?? null) ? $body['error'] : [];
        $error = new APIError(
            (string) ($said['code'] ?? 'unexpected_answer'),
            (string) ($said['message'] ?? "The server answered with status {$this->status}."),
            $this->status,
            is_array($said['details'] ?? null) ? $said['details'] : [],
            $this->headers['x-request-id'] ?? null,
        );
        return $this->status === 429 ? new RateLimitError($error, $this->untilReset()) : $error;
    }

    /** Seconds, of a Retry-After header that has them or a date. */
    public function retryAfter(): ?float
    {
        $header = $this->headers['retry-after'] ?? '';
        if (ctype_digit($header)) {
            return (float) $header;
        }
        $date = $header === '' ? false : strtotime($header);
        return $date === false ? null : max(0.0, $date - microtime(true));
    }

    private function untilReset(): float
    {
        $reset = (float) ($this->headers['x-ratelimit-reset'] ?? 0);
        return $this->retryAfter() ?? max(0.0, $reset - microtime(true));
    }
}
