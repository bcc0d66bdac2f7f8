<?php

declare(strict_types=1);

namespace Atelier;

/**
 * A JSON object whose fields are properties and keys: `$project->id` is `$project['id']`.
 *
 * @implements \ArrayAccess<string, mixed>
 * @implements \IteratorAggregate<string, mixed>
 */
final class Result implements \ArrayAccess, \IteratorAggregate, \Countable, \JsonSerializable
{
    /** @param array<string, mixed> $fields */
    public function __construct(private readonly array $fields)
    {
    }

    public function __get(string $name): mixed
    {
        if (!array_key_exists($name, $this->fields)) {
            $known = implode(', ', array_keys($this->fields));
            throw new \OutOfBoundsException("The answer has no {$name}; it has: {$known}.");
        }
        return self::wrapped($this->fields[$name]);
    }

    public function __isset(string $name): bool
    {
        return isset($this->fields[$name]);
    }

    public function offsetExists(mixed $offset): bool
    {
        return isset($this->fields[$offset]);
    }

    public function offsetGet(mixed $offset): mixed
    {
        return $this->__get((string) $offset);
    }

    public function offsetSet(mixed $offset, mixed $value): void
    {
        throw new \LogicException('An answer cannot be changed.');
    }

    public function offsetUnset(mixed $offset): void
    {
        throw new \LogicException('An answer cannot be changed.');
    }

    public function getIterator(): \Iterator
    {
        return new \ArrayIterator(array_map(self::wrapped(...), $this->fields));
    }

    public function count(): int
    {
        return count($this->fields);
    }

    public function jsonSerialize(): mixed
    {
        return (object) $this->fields;
    }

    /** @return array<string, mixed> */
    public function toArray(): array
    {
        return $this->fields;
    }

    /** The same with its id as `id` too. */
    public function withId(string $field): self
    {
        return new self(['id' => $this->__get($field)] + $this->fields);
    }

    private static function wrapped(mixed $value): mixed
    {
        if (!is_array($value)) {
            return $value;
        }
        return array_is_list($value) ? array_map(self::wrapped(...), $value) : new self($value);
    }
}
