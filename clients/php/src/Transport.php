<?php

declare(strict_types=1);

namespace Atelier;

/** Requests with a key, sent again where that helps; answers become results or errors. */
final class Transport
{
    private const RETRIED = [429, 502, 503, 504];

    public function __construct(
        #[\SensitiveParameter] private readonly string $apiKey,
        private readonly string $baseUrl,
        private readonly Exchange $exchange,
        private readonly float $timeout,
        private readonly int $retries,
        private readonly float $maxWait,
    ) {
    }

    /** @param array<string, mixed> $query */
    public function get(string $path, array $query = []): Result
    {
        $text = http_build_query(array_filter($query, fn ($value) => $value !== null));
        // PHP numbers the entries of a list, which is read nowhere else.
        $text = preg_replace('/%5B\d+%5D=/', '%5B%5D=', $text);
        return $this->send(new Request('GET', $path . ($text === '' ? '' : "?{$text}")))->result();
    }

    /** @param array<string, mixed> $body */
    public function post(string $path, ?array $body = null, bool $repeatable = false): Result
    {
        return $this->json('POST', $path, $body, [], $repeatable);
    }

    /**
     * For what the server does once for each Idempotency-Key, however often it is sent.
     *
     * @param array<string, mixed> $body
     */
    public function postOnce(string $path, array $body, ?string $key): Result
    {
        return $this->json('POST', $path, $body, ['Idempotency-Key' => $key ?? bin2hex(random_bytes(16))], true);
    }

    /** @param array<string, mixed> $body */
    public function patch(string $path, array $body): Result
    {
        return $this->json('PATCH', $path, $body, [], true);
    }

    public function delete(string $path): Result
    {
        return $this->send(new Request('DELETE', $path))->result();
    }

    public function upload(string $path, Upload $upload): Result
    {
        return $this->send(new Request('POST', $path, body: $upload, repeatable: false))->result();
    }

    /** @param resource $sink */
    public function download(string $path, $sink): void
    {
        $this->send(new Request('GET', $path, sink: $sink));
    }

    /** @return array<string, string> */
    public function __debugInfo(): array
    {
        return ['baseUrl' => $this->baseUrl];
    }

    /**
     * @param array<string, mixed>|null $body
     * @param array<string, string> $headers
     */
    private function json(string $method, string $path, ?array $body, array $headers, bool $repeatable): Result
    {
        if ($body === null) {
            return $this->send(new Request($method, $path, $headers, '', null, $repeatable))->result();
        }
        $text = json_encode((object) $body, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES);
        $headers['Content-Type'] = 'application/json';
        return $this->send(new Request($method, $path, $headers, $text, null, $repeatable))->result();
    }

    private function send(Request $request): Answer
    {
        $headers = ['Authorization' => "Bearer {$this->apiKey}", 'Accept' => 'application/json'] + $request->headers;
        for ($attempt = 1;; $attempt++) {
            $retryAfter = null;
            try {
                $answer = $this->exchange->send($this->baseUrl . $request->path, $request, $headers, $this->timeout);
                if ($answer->status < 300) {
                    return $answer;
                }
                $failure = $answer->error($this->apiKey);
                $retryAfter = $answer->retryAfter();
                // What was refused for its rate has done nothing, so that it can always be sent again.
                $again = $answer->status === 429
                    || ($request->repeatable && in_array($answer->status, self::RETRIED, true));
            } catch (APIConnectionError $failure) {
                $again = $request->repeatable || !$failure->sent;
            }
            $wait = self::waitBefore($attempt, $retryAfter);
            if (!$again || $attempt > $this->retries || $wait > $this->maxWait) {
                throw $failure;
            }
            usleep((int) ($wait * 1_000_000));
            if ($request->sink !== null) {
                ftruncate($request->sink, 0);
                rewind($request->sink);
            }
        }
    }

    /** Seconds before the next attempt, never less than the server asks for. */
    private static function waitBefore(int $attempt, ?float $retryAfter): float
    {
        $share = random_int(0, 1000) / 1000;
        if ($retryAfter !== null) {
            return $retryAfter + $share * min(1.0, $retryAfter / 10);
        }
        $backoff = min(8.0, 0.5 * 2 ** ($attempt - 1));
        return $backoff / 2 + $share * $backoff / 2;
    }
}
